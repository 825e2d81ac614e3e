# What stands around every page, and the pages for what went wrong.
page-foot = Issued and checked with Cairn. Every answer on this page was worked out when you opened it.
page-languages = Language

nothing-title = Nothing is here
nothing-text = The link may be mistyped, or what it led to is not shown to the public.
request-title = This was not understood
request-text = The address or what was sent with it is not of a form that is known here.
request-parameter = The parameter “{ $name }” of the address is missing, stands there twice, or has a form that is not known here.
request-paper = The paper is “a4” or “letter” (“paper”).
request-profile = The profile is “open-badges” or “vc-jose” (“profile”).
request-proof = The proof is “eddsa-rdfc-2022” or “eddsa-jcs-2022” (“proof”).
request-algorithm = The algorithm is “EdDSA” or “ES256” (“alg”).
busy-title = Too many requests
busy-text = Too much was asked for from this address in too short a time. Please try again in a few seconds.
fault-title = This page could not be made
fault-text = That is not your fault. What went wrong was noted; please try again later.
fault-away = Something that this page needs is away for the moment. Please try again in a few seconds.

# Written parts of dates and numbers. $moment is a day with a time of day, $zone is how far its clock is from UTC.
moment-in-zone = { $moment }, { $zone }
percent = { $number }%
