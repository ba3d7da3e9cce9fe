"""What `tests.replaying` needs of an app: to note what was asked of it, and to ask again."""

from datetime import datetime

from flask import Flask, Response, request

from tests.replaying import Answer, LoanRows, Memory, Request, replay


def listen(app: Flask) -> Memory:
    """What loans' readers are answered from now on."""
    memory = Memory()

    def note(response: Response) -> Response:
        target = request.full_path.rstrip("?")
        if memory.is_worth_noting(target, response.status_code):
            memory.note(Request(request.method, target, tuple(request.headers), request.get_data()))
        return response

    app.after_request(note)
    return memory


def after_the_end(app: Flask, memory: Memory, rows: LoanRows, now: datetime) -> int:
    """Let the loans run out that are open, and ask all again; returns how many requests that were."""
    rows.let_run_out(memory.loan_ids, now)
    return replay(memory, rows, lambda asked: _ask(app, asked), now)


def _ask(app: Flask, asked: Request) -> Answer:
    client = app.test_client(use_cookies=False)  # the cookies are those that were sent then
    with client.open(
        asked.target, method=asked.method, headers=asked.headers_again, data=asked.body
    ) as answer:
        return Answer(answer.status_code, answer.mimetype, answer.get_data())
