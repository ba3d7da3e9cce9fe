"""A book changes hands in Chromium: Maria gives it, Pau signs in to accept it, and it is no more hers."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.sample_books import TITLE, epub

Visit = Callable[..., Visitor]


def test_a_book_is_given_and_its_new_owner_reads_it(visit: Visit, house: House, tmp_path: Path) -> None:
    path = tmp_path / "given.epub"
    path.write_bytes(epub(f"{TITLE} {tmp_path.name}"))
    copy = house.add(path)
    page = visit().sign_in("maria")
    page.goto(f"{house.address}/books/{copy['id']}")
    page.get_by_text("Give it away").click()
    form = page.locator("#give")
    form.get_by_label("To whom?").fill("Pau")
    form.get_by_label("A personal word").fill("Read it by the sea, as I did.")
    assert_accessible(page)
    picture(page, "give-desktop")
    form.get_by_role("button", name="Make the gift’s link").click()
    expect(page.get_by_role("heading", name="A gift for Pau")).to_be_visible()
    expect(page.get_by_role("button", name="Read")).to_have_count(0)
    link = page.get_by_label("The gift’s link, for one person, once").input_value()
    assert_accessible(page)
    picture(page, "gift-out-desktop")

    phone = visit(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark").go(link)
    expect(phone.get_by_text("Somebody gives you a book of theirs")).to_be_visible()
    assert_accessible(phone)
    picture(phone, "gift-sign-in-phone-dark")
    phone.locator("#gift-sign-in").get_by_role("link", name="Sign in").click()
    phone.get_by_label("Name", exact=True).fill("pau")
    phone.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("Maria gives you a book")).to_be_visible()
    expect(phone.get_by_text("Read it by the sea, as I did.")).to_be_visible()
    assert_accessible(phone)
    picture(phone, "gift-phone-dark")
    phone.get_by_role("button", name="Accept the book").click()
    phone.wait_for_url(f"**/books/{copy['id']}")
    assert "v1." not in phone.url
    plate = phone.get_by_role("complementary", name="Whose this copy has been")
    expect(plate).to_contain_text("Maria")
    expect(plate).to_contain_text("Pau")
    assert_accessible(phone)
    picture(phone, "given-book-phone-dark")
    phone.get_by_role("button", name="Read", exact=True).click()
    phone.wait_for_url("**/read/*")

    expect(page.get_by_text("This book is not on your shelf any more")).to_be_visible()
    expect(page.locator("[inert]").get_by_text("Take the gift back")).to_be_attached()
    assert_accessible(page)
    picture(page, "given-away-desktop")
    page.reload()
    expect(page.get_by_text("There is nothing here").first).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="The gift has been accepted")).to_be_visible()
    assert_accessible(page)


def test_the_giver_and_who_owns_no_books_are_told_in_words(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "kept.epub"
    path.write_bytes(epub(f"{TITLE} {tmp_path.name}"))
    copy = house.add(path)
    gift = house.api().post(f"{house.address}/api/v1/copies/{copy['id']}/gift", json={}, timeout=10).json()
    maria = visit()
    page = maria.sign_in("maria")
    maria.go(gift["url"])
    expect(page.get_by_role("heading", name="It is yours already")).to_be_visible()
    lola = visit(viewport=PHONE)
    lola.sign_in("lola")
    lola.go(gift["url"])
    expect(lola.page.get_by_role("heading", name="This account can own no books")).to_be_visible()
    assert_accessible(lola.page)
    maria.go(f"/books/{copy['id']}")
    page.get_by_role("button", name="Take the gift back").click()
    expect(page.get_by_text("On the shelf", exact=True)).to_be_visible()
    pau = visit()
    pau.sign_in("pau")
    pau.go(gift["url"])
    expect(pau.page.get_by_role("heading", name="The gift was taken back")).to_be_visible()


def test_an_owner_takes_a_book_out_and_has_its_file_again(visit: Visit, house: House, tmp_path: Path) -> None:
    path = tmp_path / "out.epub"
    path.write_bytes(epub(f"{TITLE} {tmp_path.name}"))
    copy = house.add(path)
    maria = visit()
    page = maria.sign_in("maria")
    maria.go(f"/books/{copy['id']}")
    page.get_by_text("Take this copy out of the library").click()
    assert_accessible(page)
    picture(page, "take-out-desktop")
    page.get_by_role("button", name="Take it out, with its file").click()
    expect(page.get_by_role("heading", name="Your file")).to_be_visible()
    assert_accessible(page)
    picture(page, "your-file-desktop")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the file").click()
    assert downloading.value.path().read_bytes() == path.read_bytes()
    assert downloading.value.suggested_filename.startswith(TITLE)
    phone = visit(viewport=PHONE, color_scheme="dark")
    phone.sign_in("maria")
    shelf = phone.go("/shelf")
    expect(shelf.get_by_role("link", name=f"{TITLE} {tmp_path.name}")).to_be_visible()
    assert_accessible(shelf)
    picture(shelf, "shelf-with-a-file-phone-dark")
    shelf.get_by_role("link", name=f"{TITLE} {tmp_path.name}").click()
    expect(shelf.get_by_role("link", name="Download the file")).to_be_visible()
    picture(shelf, "your-file-phone-dark")
