# The page on which learners stop notices by e-mail.
notice-page-title = Notices by e-mail
notice-page-wanted = You get e-mail from { $issuer } when something happens to a credential of yours.
notice-page-stop = Stop these notices
notice-page-stopped = You get no more e-mail from { $issuer } about your credentials.
notice-page-resume = Send them again

# What learners are told by e-mail. What stands in braces and quotation marks gives way to its value when an e-mail is made; a line that lacks one is left out.
notice-awarded-subject = { "{program}" }: your credential from { "{issuer}" }
notice-awarded-text =
    Hello { "{learner}" },

    { "{issuer}" } has awarded you “{ "{program}" }”. Congratulations!

    See it, share it and download it here: { "{link}" }

    It holds until { "{validUntil}" }.

    Questions? Write to { "{contact}" }.
notice-renewed-subject = { "{program}" }: your credential was renewed
notice-renewed-text =
    Hello { "{learner}" },

    { "{issuer}" } has renewed your credential “{ "{program}" }”.

    It now holds until { "{validUntil}" }.

    The new one is here: { "{link}" }

    Questions? Write to { "{contact}" }.
notice-replaced-subject = { "{program}" }: your credential was replaced by a new one
notice-replaced-text =
    Hello { "{learner}" },

    { "{issuer}" } has issued your credential “{ "{program}" }” anew. The new one takes the place of the earlier one, which no longer stands.

    The new one is here: { "{link}" }

    Questions? Write to { "{contact}" }.
notice-expiring-subject = { "{program}" }: your credential ends soon
notice-expiring-text =
    Hello { "{learner}" },

    your credential “{ "{program}" }” from { "{issuer}" } holds until { "{validUntil}" }. After that it counts as expired.

    It is here: { "{link}" }

    Whether and how it can be renewed you can ask at { "{contact}" }.
notice-revoked-subject = { "{program}" }: your credential was revoked
notice-revoked-text =
    Hello { "{learner}" },

    { "{issuer}" } has revoked your credential “{ "{program}" }”, which was issued on { "{issuedOn}" }. It no longer stands, and whoever checks it is told so.

    Its page: { "{link}" }

    If you think that this is a mistake, write to { "{contact}" }.
notice-suspended-subject = { "{program}" }: your credential is suspended for now
notice-suspended-text =
    Hello { "{learner}" },

    { "{issuer}" } has suspended your credential “{ "{program}" }” for now. As long as that lasts, whoever checks it is told so.

    Its page: { "{link}" }

    Questions? Write to { "{contact}" }.
notice-reinstated-subject = { "{program}" }: your credential stands again
notice-reinstated-text =
    Hello { "{learner}" },

    your credential “{ "{program}" }” from { "{issuer}" } is no longer suspended: it stands again, and whoever checks it is told so.

    Its page: { "{link}" }

    Questions? Write to { "{contact}" }.
notice-footer =
    You get this message because { "{issuer}" } has issued a credential to you.
    To get no more of them: { "{stop}" }
