# Why a check came out as it did, for people who check credentials and are no developers.
reason-not-reached = An earlier check left nothing to look at here.
reason-old-model = It is written for Verifiable Credentials 1.1, whose form is not checked here.
reason-achievement-credential = It is a complete Open Badges credential for an achievement.
reason-endorsement-credential = It is a complete Open Badges endorsement.
reason-learner-record = It is a complete learner record.
reason-other-credential = It is a verifiable credential; what it says of its subject follows no form known here.
reason-terms-defined = Every term in it is defined, so that the signature covers what it means.
reason-terms-of-use = Every term in it is defined. It names terms of use, which are for you to judge.
reason-context-unknown = What its terms mean is defined at { $address }, which is unknown here.
reason-context-unknown-text-covered = What its terms mean is defined at { $address }, which is unknown here; but the signature covers the text itself.
reason-no-schema = It declares no form to keep to.
reason-schema-met = It keeps to the form that it declares.
reason-schema-not-met = It does not keep to the form that it declares; see whether it is complete.
reason-schema-unknown = The form that it declares is unknown here: { $id }
reason-not-signed = It is not signed.
reason-signature-matches = The signature matches.
reason-signature-differs = The signature does not match: it was changed since, or somebody else signed it.
reason-no-proof-checked = No signature could be checked against the issuer’s keys.
reason-key-published = The key is published by { $issuer }
reason-signed-by-another = It names { $issuer } as its issuer, but was signed by { $signers }.
reason-keys-unavailable = The keys of { $controller } could not be looked up.
reason-keys-claimed = The keys are those that the offline bundle claims for { $issuer }. Nobody vouches for them: a forger could bring keys of his own.
reason-bundle-signed = The offline bundle is as its issuer signed it on { $at }.
reason-key-revoked = The key { $key } was revoked before the signature was made.
reason-key-expired = The key { $key } had expired when the signature was made.
reason-made-in-future = The signature bears a time in the future.
reason-proof-expired = The signature itself has expired.
reason-in-force = It holds from { $from } until { $until }.
reason-in-force-from = It holds from { $from }, without end.
reason-in-force-until = It holds until { $until }.
reason-in-force-always = It holds without end.
reason-not-yet-valid = It holds only from { $from }.
reason-expired = It held until { $on }.
reason-no-status = It names no list by which it could be taken back.
reason-status-of-unsigned = Without a good signature its status says nothing.
reason-list-unusable = The issuer’s list at { $list } could not be used.
reason-not-set = { $purpose ->
    [revocation] The issuer’s list says that it was not revoked.
    [suspension] The issuer’s list says that it is not suspended.
    [refresh] The issuer’s list says that there is no newer edition.
   *[other] The issuer’s list says nothing against it ({ $purpose }).
}
reason-revoked = The issuer’s list says that it was revoked.
reason-suspended = The issuer’s list says that it is suspended.
reason-not-read-here = It is written in a way that is not read here.
reason-not-read-here-text-covered = It is written in a way that is not read here, but the signature covers the text itself.
reason-newer-edition = The issuer has a newer edition of it.
reason-no-credential = There is no credential in this.
reason-too-much = It holds more than is looked into here.
reason-not-fetched = Nothing could be fetched from { $address }.
