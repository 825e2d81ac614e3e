# The certificate as PDF.
certificate-heading = Certificate
# Before the holder's name.
certificate-introduction = This certifies that
# Between the holder's name and the title.
certificate-statement = has been awarded
certificate-check = Scan to see whether this still stands
# What the QR code leads to, for those who do not see it.
certificate-code = The page of this credential, which checks it whenever it is opened
certificate-attachment = The signed credential (Open Badges 3.0), for any verifier or wallet
certificate-revoked = This credential was revoked. It no longer certifies anything.
certificate-revoked-on = This credential was revoked on { $day }. It no longer certifies anything.
certificate-replaced-on = This credential was replaced by a corrected one on { $day }.
certificate-replaced = This credential was replaced by a corrected one.
certificate-suspended = This credential is suspended for now. Its page tells whether it stands again.
certificate-expired = This credential is no longer valid.
certificate-expired-on = This credential was valid until { $day }.
