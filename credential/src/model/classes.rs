//! The classes of the models, member by member (Open Badges 3.0, section B; CLR 2.0, ClrCredential; Verifiable Credentials 2.0, section 4).

use super::Count::{Many, One, Optional};
use super::Kind::{
    Boolean, Date, Iri, IriOrObject, Jws, Language, Moment, Number, Object, Plain, Text, Word,
};
use super::{Class, Kind, Member, Typed};
use crate::document::vocabulary as words;

/// Writes a class as a list of `name: kind, count`.
macro_rules! class {
    ($name:literal, $typed:ident, $closed:literal, { $($member:literal: $kind:expr, $count:ident;)* }) => {
        Class {
            name: $name,
            typed: Typed::$typed,
            members: &[$(Member { name: $member, kind: $kind, count: $count }),*],
            closed: $closed,
        }
    };
}

const IDENTIFIER: Kind = Word(words::IDENTIFIER_TYPES, true);

static IMAGE: Class = class!("Image", Is, true, { "id": Iri, One; "caption": Text, Optional; });

static GEO: Class =
    class!("GeoCoordinates", Is, false, { "latitude": Number, One; "longitude": Number, One; });

static ADDRESS: Class = class!("Address", Includes, false, {
    "addressCountry": Text, Optional;
    "addressCountryCode": Plain, Optional;
    "addressRegion": Text, Optional;
    "addressLocality": Text, Optional;
    "streetAddress": Text, Optional;
    "postOfficeBoxNumber": Text, Optional;
    "postalCode": Text, Optional;
    "geo": Object(&GEO), Optional;
});

static IDENTIFIER_ENTRY: Class = class!("IdentifierEntry", Is, true, {
    "identifier": Plain, One;
    "identifierType": IDENTIFIER, One;
});

static IDENTITY_OBJECT: Class = class!("IdentityObject", Is, true, {
    "hashed": Boolean, One;
    "identityHash": Plain, One;
    "identityType": IDENTIFIER, One;
    "salt": Plain, Optional;
});

static PROFILE: Class = class!("Profile", Includes, false, {
    "id": Iri, One;
    "name": Text, Optional;
    "url": Iri, Optional;
    "phone": Plain, Optional;
    "description": Text, Optional;
    "endorsement": Object(&ENDORSEMENT_CREDENTIAL), Many;
    "endorsementJwt": Jws, Many;
    "image": Object(&IMAGE), Optional;
    "email": Plain, Optional;
    "address": Object(&ADDRESS), Optional;
    "otherIdentifier": Object(&IDENTIFIER_ENTRY), Many;
    "official": Text, Optional;
    "parentOrg": Object(&PROFILE), Optional;
    "familyName": Text, Optional;
    "givenName": Text, Optional;
    "additionalName": Text, Optional;
    "patronymicName": Text, Optional;
    "honorificPrefix": Text, Optional;
    "honorificSuffix": Text, Optional;
    "familyNamePrefix": Text, Optional;
    "dateOfBirth": Date, Optional;
});

static CRITERIA: Class = class!("Criteria", No, false, { "id": Iri, Optional; "narrative": Text, Optional; });

static ALIGNMENT: Class = class!("Alignment", Includes, false, {
    "targetName": Text, One;
    "targetUrl": Iri, One;
    "targetCode": Text, Optional;
    "targetDescription": Text, Optional;
    "targetFramework": Text, Optional;
    "targetType": Word(words::TARGET_TYPES, true), Optional;
});

static RELATED: Class = class!("Related", Includes, false, {
    "id": Iri, One;
    "inLanguage": Language, Optional;
    "version": Plain, Optional;
});

static RUBRIC_CRITERION_LEVEL: Class = class!("RubricCriterionLevel", Includes, false, {
    "id": Iri, One;
    "alignment": Object(&ALIGNMENT), Many;
    "description": Text, Optional;
    "level": Text, Optional;
    "name": Text, One;
    "points": Plain, Optional;
});

static RESULT_DESCRIPTION: Class = class!("ResultDescription", Includes, false, {
    "id": Iri, One;
    "alignment": Object(&ALIGNMENT), Many;
    "allowedValue": Plain, Many;
    "name": Text, One;
    "requiredLevel": Iri, Optional;
    "requiredValue": Plain, Optional;
    "resultType": Word(words::RESULT_TYPES, true), One;
    "rubricCriterionLevel": Object(&RUBRIC_CRITERION_LEVEL), Many;
    "valueMax": Plain, Optional;
    "valueMin": Plain, Optional;
});

static ACHIEVEMENT: Class = class!("Achievement", Includes, false, {
    "id": Iri, One;
    "alignment": Object(&ALIGNMENT), Many;
    "achievementType": Word(words::ACHIEVEMENT_TYPES, true), Optional;
    "creator": Object(&PROFILE), Optional;
    "creditsAvailable": Number, Optional;
    "criteria": Object(&CRITERIA), One;
    "description": Text, One;
    "endorsement": Object(&ENDORSEMENT_CREDENTIAL), Many;
    "endorsementJwt": Jws, Many;
    "fieldOfStudy": Text, Optional;
    "humanCode": Text, Optional;
    "image": Object(&IMAGE), Optional;
    "inLanguage": Language, Optional;
    "name": Text, One;
    "otherIdentifier": Object(&IDENTIFIER_ENTRY), Many;
    "related": Object(&RELATED), Many;
    "resultDescription": Object(&RESULT_DESCRIPTION), Many;
    "specialization": Text, Optional;
    "tag": Text, Many;
    "version": Plain, Optional;
});

static RESULT: Class = class!("Result", Includes, false, {
    "achievedLevel": Iri, Optional;
    "alignment": Object(&ALIGNMENT), Many;
    "resultDescription": Iri, Optional;
    "status": Word(words::RESULT_STATUSES, false), Optional;
    "value": Plain, Optional;
});

static ACHIEVEMENT_SUBJECT: Class = class!("AchievementSubject", Includes, false, {
    "id": Iri, Optional;
    "activityEndDate": Moment, Optional;
    "activityStartDate": Moment, Optional;
    "creditsEarned": Number, Optional;
    "achievement": Object(&ACHIEVEMENT), One;
    "identifier": Object(&IDENTITY_OBJECT), Many;
    "image": Object(&IMAGE), Optional;
    "licenseNumber": Text, Optional;
    "narrative": Text, Optional;
    "result": Object(&RESULT), Many;
    "role": Text, Optional;
    "source": Object(&PROFILE), Optional;
    "term": Text, Optional;
});

static ENDORSEMENT_SUBJECT: Class = class!("EndorsementSubject", Includes, false, {
    "id": Iri, One;
    "endorsementComment": Text, Optional;
});

static EVIDENCE: Class = class!("Evidence", Includes, false, {
    "id": Iri, Optional;
    "narrative": Text, Optional;
    "name": Text, Optional;
    "description": Text, Optional;
    "genre": Text, Optional;
    "audience": Text, Optional;
    "digestMultibase": Plain, Optional;
    "digestSRI": Plain, Optional;
    "mediaType": Plain, Optional;
});

static STATUS: Class = class!("credentialStatus", Any, false, { "id": Iri, Optional; });
static TYPED: Class = class!("object", Any, false, { "id": Iri, Optional; });
static IDENTIFIED: Class = class!("object", Any, false, { "id": Iri, One; });
static ISSUER: Class = class!("issuer", No, false, {
    "id": Iri, One;
    "name": Text, Optional;
    "description": Text, Optional;
});
static SUBJECT: Class = class!("credentialSubject", No, false, { "id": Iri, Optional; });
static RESOURCE: Class = class!("relatedResource", No, false, {
    "id": Iri, One;
    "digestSRI": Plain, Optional;
    "digestMultibase": Plain, Optional;
    "mediaType": Plain, Optional;
});

/// Any verifiable credential.
pub(super) static VERIFIABLE_CREDENTIAL: Class = class!("VerifiableCredential", Includes, false, {
    "id": Iri, Optional;
    "name": Text, Optional;
    "description": Text, Optional;
    "issuer": IriOrObject(&ISSUER), One;
    "validFrom": Moment, Optional;
    "validUntil": Moment, Optional;
    "credentialSubject": Object(&SUBJECT), Many;
    "credentialStatus": Object(&STATUS), Many;
    "credentialSchema": Object(&IDENTIFIED), Many;
    "refreshService": Object(&TYPED), Many;
    "termsOfUse": Object(&TYPED), Many;
    "evidence": Object(&TYPED), Many;
    "relatedResource": Object(&RESOURCE), Many;
    "proof": Object(&TYPED), Many;
});

/// An Open Badges AchievementCredential.
pub(super) static ACHIEVEMENT_CREDENTIAL: Class = class!("VerifiableCredential", Includes, false, {
    "id": Iri, One;
    "name": Text, Optional;
    "description": Text, Optional;
    "image": Object(&IMAGE), Optional;
    "awardedDate": Moment, Optional;
    "credentialSubject": Object(&ACHIEVEMENT_SUBJECT), One;
    "endorsement": Object(&ENDORSEMENT_CREDENTIAL), Many;
    "endorsementJwt": Jws, Many;
    "evidence": Object(&EVIDENCE), Many;
    "issuer": IriOrObject(&PROFILE), One;
    "validFrom": Moment, One;
    "validUntil": Moment, Optional;
    "proof": Object(&TYPED), Many;
    "credentialSchema": Object(&IDENTIFIED), Many;
    "credentialStatus": Object(&STATUS), Many;
    "refreshService": Object(&IDENTIFIED), Optional;
    "termsOfUse": Object(&TYPED), Many;
    "relatedResource": Object(&RESOURCE), Many;
});

static ASSOCIATION: Class = class!("Association", Is, true, {
    "associationType": Word(words::ASSOCIATION_TYPES, false), One;
    "sourceId": Iri, One;
    "targetId": Iri, One;
});

static CLR_SUBJECT: Class = class!("ClrSubject", Includes, false, {
    "id": Iri, Optional;
    "identifier": Object(&IDENTITY_OBJECT), Many;
    "achievement": Object(&ACHIEVEMENT), Many;
    // Each is held against its own model when it is verified on its own.
    "verifiableCredential": Object(&TYPED), Many;
    "association": Object(&ASSOCIATION), Many;
});

/// A learner record (CLR 2.0, ClrCredential).
pub(super) static CLR_CREDENTIAL: Class = class!("ClrCredential", Includes, false, {
    "id": Iri, One;
    "name": Text, One;
    "description": Text, Optional;
    "image": Object(&IMAGE), Optional;
    "awardedDate": Moment, Optional;
    "partial": Boolean, Optional;
    "credentialSubject": Object(&CLR_SUBJECT), One;
    "endorsement": Object(&ENDORSEMENT_CREDENTIAL), Many;
    "endorsementJwt": Jws, Many;
    "evidence": Object(&EVIDENCE), Many;
    "issuer": IriOrObject(&PROFILE), One;
    "validFrom": Moment, One;
    "validUntil": Moment, Optional;
    "proof": Object(&TYPED), Many;
    "credentialSchema": Object(&IDENTIFIED), Many;
    "credentialStatus": Object(&STATUS), Many;
    "refreshService": Object(&IDENTIFIED), Optional;
    "termsOfUse": Object(&TYPED), Many;
    "relatedResource": Object(&RESOURCE), Many;
});

/// An Open Badges EndorsementCredential.
pub(super) static ENDORSEMENT_CREDENTIAL: Class = class!("EndorsementCredential", Includes, false, {
    "id": Iri, One;
    "name": Text, One;
    "description": Text, Optional;
    "awardedDate": Moment, Optional;
    "credentialSubject": Object(&ENDORSEMENT_SUBJECT), One;
    "evidence": Object(&EVIDENCE), Many;
    "issuer": IriOrObject(&PROFILE), One;
    "validFrom": Moment, One;
    "validUntil": Moment, Optional;
    "proof": Object(&TYPED), Many;
    "credentialSchema": Object(&IDENTIFIED), Many;
    "credentialStatus": Object(&STATUS), Many;
    "refreshService": Object(&IDENTIFIED), Optional;
    "termsOfUse": Object(&TYPED), Many;
    "relatedResource": Object(&RESOURCE), Many;
});
