# The page on which learners stop notices by e-mail.
notice-page-title = Notices by e-mail
notice-page-wanted = You get e-mail from { $issuer } when something happens to a credential of yours.
notice-page-stop = Stop these notices
notice-page-stopped = You get no more e-mail from { $issuer } about your credentials.
notice-page-resume = Send them again
