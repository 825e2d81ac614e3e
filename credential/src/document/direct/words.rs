//! The IRIs that the contexts give to members and types. The differential tests hold them to the contexts compiled in.

/// `https://purl.imsglobal.org/spec/vc/ob/vocab.html#` and a name.
macro_rules! ob {
    ($name:literal) => {
        concat!("https://purl.imsglobal.org/spec/vc/ob/vocab.html#", $name)
    };
}

pub(super) use ob;

pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(super) const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
pub(super) const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
pub(super) const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";

pub(super) const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
/// The Open Badges context writes a prefix that nothing defines, and JSON-LD takes it for an IRI.
pub(super) const PREFIXED_DATE_TIME: &str = "xsd:dateTime";
// The Open Badges context has these with https, which XML Schema has not.
pub(super) const DATE: &str = "https://www.w3.org/2001/XMLSchema#date";
pub(super) const FLOAT: &str = "https://www.w3.org/2001/XMLSchema#float";
pub(super) const BOOLEAN: &str = "https://www.w3.org/2001/XMLSchema#boolean";
pub(super) const ANY_URI: &str = "https://www.w3.org/2001/XMLSchema#anyURI";
pub(super) const DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
pub(super) const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";

pub(super) const DIGEST: &str = "https://w3id.org/security#digestMultibase";
pub(super) const MULTIBASE: &str = "https://w3id.org/security#multibase";

pub(super) const CREATED: &str = "http://purl.org/dc/terms/created";
/// Of a proof: its type, `cryptosuite` and its datatype, `proofPurpose` and its value, `verificationMethod`.
pub(super) const SEC: [&str; 6] = [
    "https://w3id.org/security#DataIntegrityProof",
    "https://w3id.org/security#cryptosuite",
    "https://w3id.org/security#cryptosuiteString",
    "https://w3id.org/security#proofPurpose",
    "https://w3id.org/security#assertionMethod",
    "https://w3id.org/security#verificationMethod",
];

pub(super) struct Credential {
    pub credential: &'static str,
    pub issuer: &'static str,
    pub valid_from: &'static str,
    pub valid_until: &'static str,
    pub subject: &'static str,
    pub evidence: &'static str,
    pub status: &'static str,
    pub schema: &'static str,
    pub refresh: &'static str,
    pub terms: &'static str,
}

/// Of the Verifiable Credentials context.
pub(super) const CRED: Credential = Credential {
    credential: "https://www.w3.org/2018/credentials#VerifiableCredential",
    issuer: "https://www.w3.org/2018/credentials#issuer",
    valid_from: "https://www.w3.org/2018/credentials#validFrom",
    valid_until: "https://www.w3.org/2018/credentials#validUntil",
    subject: "https://www.w3.org/2018/credentials#credentialSubject",
    evidence: "https://www.w3.org/2018/credentials#evidence",
    status: "https://www.w3.org/2018/credentials#credentialStatus",
    schema: "https://www.w3.org/2018/credentials#credentialSchema",
    refresh: "https://www.w3.org/2018/credentials#refreshService",
    terms: "https://www.w3.org/2018/credentials#termsOfUse",
};

pub(super) struct SchemaOrg {
    pub name: &'static str,
    pub description: &'static str,
    pub in_language: &'static str,
    pub keywords: &'static str,
    pub url: &'static str,
    pub value: &'static str,
}

/// Of schema.org.
pub(super) const SCHEMA: SchemaOrg = SchemaOrg {
    name: "https://schema.org/name",
    description: "https://schema.org/description",
    in_language: "https://schema.org/inLanguage",
    keywords: "https://schema.org/keywords",
    url: "https://schema.org/url",
    value: "https://schema.org/value",
};

pub(super) const OPEN_BADGE_CREDENTIAL: &str = ob!("OpenBadgeCredential");
pub(super) const AWARDED_DATE: &str = ob!("awardedDate");
pub(super) const NARRATIVE: &str = ob!("narrative");
pub(super) const IMAGE: &str = ob!("image");

pub(super) const STATUS_ENTRY: &str = "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry";
pub(super) const STATUS_PURPOSE: &str = "https://www.w3.org/ns/credentials/status#statusPurpose";
pub(super) const STATUS_INDEX: &str = "https://www.w3.org/ns/credentials/status#statusListIndex";
pub(super) const STATUS_LIST: &str = "https://www.w3.org/ns/credentials/status#statusListCredential";

pub(super) const SCHEMA_VALIDATOR: &str =
    "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019";
pub(super) const REFRESH: &str =
    "https://purl.imsglobal.org/spec/vccr/v1p0/context.json#1EdTechCredentialRefresh";
