# The page of a shared passport: what one person earned and made, as far as they show it.
passport-kind = Learning passport
passport-unnamed = A learner
passport-chosen = Its holder chose this name and what is shown here. Where each credential stands is told by what this server knew at that moment; its own page says to whom it was awarded, and checks the signature.
passport-count = { $count ->
    [one] { $count } credential
   *[other] { $count } credentials
}
passport-credentials = Credentials
passport-empty = No credential is shown.
passport-more = Show more
passport-back = Back to the whole passport
passport-awarded = Awarded { $day }
passport-valid-from = Valid from { $day }
passport-valid-until = Valid until { $day }
passport-was-valid-until = Was valid until { $day }
passport-renewable-since = May be renewed since { $day }
passport-renewable-from = May be renewed from { $day }
passport-renewable-until = May be renewed until { $day }
passport-state = { $state ->
    [stands] Stands
    [expiring] Expires soon
    [not_yet] Not valid yet
    [expired] Expired
    [renewed] Renewed
    [suspended] Suspended
    [revoked] Revoked
    [replaced] Replaced
    [unreliable] Not to be relied on
   *[other] { $state }
}
passport-parts = { $count ->
    [one] { $done } of { $count } part done
   *[other] { $done } of { $count } parts done
}
passport-completed = Completed on { $day }
passport-part-done = Done on { $day }
passport-part-missing = Still missing
passport-keep = Keep
passport-pdf = Passport (PDF)
passport-record = The signed learner record
passport-record-hint = JSON, Comprehensive Learner Record 2.0: the credentials as their issuers signed them

# The same as one PDF.
passport-scan = Scan to see it as it stands today
# What the QR code leads to, for those who do not see it.
passport-code = The page of this passport, which tells where each credential stands
passport-page = Page { $page } of { $pages }
passport-attachment = The signed learner record (1EdTech CLR 2.0) of these credentials, for any verifier
passport-printed-in-part = Not everything has room here; the rest is on its page.

# What the holder made.
project-title = Projects
project-made = { $from } to { $to }
project-since = Since { $day }
project-finished = Finished { $day }
project-files = Files
project-digest = Digest: { $digest }
project-shows = Shows
project-belongs = Belongs to
project-size = { $unit ->
    [kb] { $size } KB
    [mb] { $size } MB
    [gb] { $size } GB
    [tb] { $size } TB
   *[other] { $size } bytes
}
