"""Letters: a notice in words, in its recipient's language, with the due date for their calendar.

letters.py      a letter to write, and the e-mail that it becomes
words.py        what each kind of notice says, in the language of the recipient
calendars.py    the due date as an iCalendar file (RFC 5545)

Nothing is looked up and nothing is sent here.
"""
