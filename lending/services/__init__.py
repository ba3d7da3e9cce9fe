"""The use cases, one method each: load, let the desk decide, store and record in one transaction.

actors        who asks, and what they may
accounts      invitations, sign-in, access tokens
acquisitions  a file on its way to the shelf
shelf         an owner's copies and their records
lending       links, check-out, check-in
reading       a reader's pages, one at a time
margins       what readers leave in books: marks, places, settings
audit         the loan log
loan_csv      the loan log as CSV
recent        what was read lately, in memory only
words         what people type, made fit to keep
"""
