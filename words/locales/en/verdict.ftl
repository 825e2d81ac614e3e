# Whether a credential stands.
verdict-label = Whether it stands
verdict-valid = This credential stands
verdict-valid-meaning = It is genuine, unchanged, in force, and was not taken back.
verdict-revoked = This credential was revoked
verdict-revoked-meaning = Its issuer took it back. It no longer certifies anything.
verdict-revoked-meaning-on = Its issuer took it back on { $day }. It no longer certifies anything.
verdict-replaced = This credential was replaced
verdict-replaced-meaning = Its issuer has issued a corrected credential in its place. Ask for that one.
verdict-suspended = This credential is suspended
verdict-suspended-meaning = Its issuer has suspended it for now. It may stand again later.
verdict-expired = This credential has expired
verdict-expired-meaning = It was genuine and held until its end.
verdict-expired-meaning-on = It was genuine and held until { $day }.
verdict-not-yet-valid = This credential is not valid yet
verdict-not-yet-valid-meaning = It holds from a later day.
verdict-not-yet-valid-meaning-on = It holds from { $day }.
verdict-invalid = This credential is not valid
verdict-invalid-meaning = Do not rely on it. A check failed; below it says which one.
verdict-unknown = This credential could not be checked in full
verdict-unknown-meaning = Below it says what could not be checked. Try again later.
verdict-no-credential = There is no credential in this
verdict-no-credential-meaning = It is no badge, certificate or credential file, or it lost what makes it one: a screenshot and a printout do, and so do pictures that were edited or sent through some messengers. Ask for the link, or for the original file.
verdict-as-of = As of { $moment }

# Each check: what is asked, and what came of it.
check-structure = Is it a complete credential?
check-terms = Does the signature cover every statement?
check-schema = Does it keep to the form that it declares?
check-issuer = Is the issuer who it says it is?
check-proof = Is it unchanged since it was signed?
check-dates = Is it in force today?
check-status = Has it been neither revoked nor suspended?
check-recipient = Is it the expected person’s?
check-passed = Yes
check-failed = No
check-undecided = Could not be checked
check-not-needed = Not needed
