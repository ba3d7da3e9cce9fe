"""What `lending doctor` looks at. Nothing here changes anything, save for `stacks.clear_away`.

findings       how a check says what it found
house          settings, data folder, keys, database, clock
stacks         the sealed books, one by one, and what lies about
promises       the loan log: when it was checked, its auditor, its witnesses
neighbourhood  Valkey or Redis, the front end, fonts, room on the disk
"""
