"""The proof that one copy has one reader, whatever dies: `make prove`, told in docs/proving.md.

Pure, with tests of their own here:
    history       what was asked, when, and what was answered
    model         a copy as it should behave: the answer to each kind of act
    linearizing   whether some order of a copy's acts explains every answer
    record        whether the library's own record tells the same story
    clock         a clock that can be moved, and when it passed a due date

Around real processes:
    server        the library, started so that it can be made to die: failpoints, mutants
    fleet         servers started, killed and started again
    houses        a data folder, on SQLite or on PostgreSQL
    friends       clients with real keys, over HTTP
    board         what these clients know of each other's links and loans
    operations    the table of what they do (a new act of the desk has its row here and in `model`)
    nemeses       what goes wrong meanwhile
    evidence      what stands in the database afterwards
    run           all of it for some seconds, and the verdict
    fairness      how long a writer of SQLite waits
"""
