"""Usage reports for books as libraries read them: COUNTER, Release 5.1, from figures that it is given.

identifiers  what a book is called by in a report
figures      months, metrics, and how often a title was used, by metric and month
counting     from single uses to figures: what counts once, and what does not
kinds        which reports there are: what each is about, and what may be chosen of it
customizing  what whoever asks has chosen, and what of that can't be heeded
exceptions   why a report is not as was to be expected, or why there is none
reports      a report: what stands in its header, and what of the figures it shows
sushi        a report as JSON, as programs fetch it
tabular      a report as a table, for spreadsheets

The Code is the COUNTER Code of Practice 5.1.0.1 (https://cop5.countermetrics.org/en/5.1/), and the JSON is
that of its API specification. Sections named in this room are the Code's.

No report names a person: what somebody did is counted, and who it was is forgotten there (`counting`).
Title reports have no place for authors, so there is none here.

Pure: the standard library only, no clock, no randomness, no storage. It knows neither books nor loans.
"""
