"""What a reader leaves in a book: bookmarks, highlights, notes, places, settings. And how those of two
devices come together.

records      marks as they are kept, and changes as devices send them
merging      what becomes of changes: nothing that somebody wrote is lost, whichever device comes last
places       where each device was, and which of its places counts
settings     what readers choose for themselves: the later change wins
taking_home  what a reader takes home of a book, under the book's own name; it is written down in two forms:
             web_annotations and markdown

Pure: the standard library only, no clock, no randomness, no storage. It knows neither books nor loans.
"""
