"""HTTP: the pages, the JSON API, and what both share. No rules of lending live here.

app            the factory: everything is wired there
guards         who asks: sessions, tokens, reading passes; cross-site requests refused
cookies        names and attributes of every cookie
headers        the security headers and content security policies
refusals_http  the one table from refusal to status and texts
pages/         HTML for owners, borrowers, librarians
api/           JSON under /api/v1, with its OpenAPI document
frontend/      TypeScript and CSS, built into static/built
"""
