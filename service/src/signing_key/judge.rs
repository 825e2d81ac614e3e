//! What a signature by a compromised key is worth here. A proof says itself when it was made, and whoever has the key may write any moment; a token
//! says nothing at all. Of its own issuers' keys this server knows better: it has kept what they signed, and when.

use cairn_credential::jwt::Token;
use cairn_credential::key::PublicKey;
use cairn_credential::verify::Verification;
use cairn_entity::{audit_entry, credential, credential_export, endorsement, issuer, signing_key};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use crate::error::Result;
use crate::{Service, learner_record, signing_key as keys, vc_api};

/// Most signatures of one document that are looked up.
const MOST: usize = 16;

/// One signature in a document: by whom, of what, and the text that a record of it holds.
#[derive(Clone, Debug)]
struct Signature {
    document: Option<Uuid>,
    method: Method,
    text: String,
}

/// How a signature names its key.
#[derive(Clone, Debug)]
enum Method {
    /// By the identifier of the verification method.
    Id(String),
    /// By the key itself.
    Key(Box<PublicKey>),
    /// Not at all: any key may be meant.
    Any,
}

/// The signatures that a document to be verified bears.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    signatures: Vec<Signature>,
    /// The digest by which it is recorded what the VC API signs, and learner records.
    digest: String,
}

impl Examined {
    /// Of a document, or of the token around it.
    pub fn of(verification: &Verification) -> Self {
        let mut found = verification.document().map(Self::of_document).unwrap_or_default();
        if let Some(token) = verification.token() {
            found.signatures.push(Signature {
                document: id_of(&token.document),
                method: method_of(token),
                text: token.compact(),
            });
        }
        found
    }

    /// Of a document without a token around it.
    pub fn of_document(document: &Value) -> Self {
        let mut found = Self { signatures: Vec::new(), digest: vc_api::digest(document) };
        found.collect(document);
        found
    }

    /// Every proof in the document and in what is embedded in it.
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(members) => {
                for proof in members.get("proof").into_iter().flat_map(listed) {
                    let text = |name: &str| proof.get(name).and_then(Value::as_str);
                    if let (Some(method), Some(signature)) = (text("verificationMethod"), text("proofValue"))
                    {
                        self.signatures.push(Signature {
                            document: id_of(value),
                            method: Method::Id(method.to_owned()),
                            text: format!("\"{signature}\""),
                        });
                    }
                }
                members.values().for_each(|member| self.collect(member));
            }
            _ => {}
        }
    }

    /// The DID document of an issuer of this server by which these signatures are judged. It is the public one, but for compromised keys: one
    /// that the document was recorded with before the moment counts in full, and one without such a record counts for nothing, whatever the
    /// signature says of its moment.
    #[crate::boxed]
    pub async fn did_document(&self, service: &Service, issuer: &issuer::Model) -> Result<Vec<u8>> {
        let rows = keys::by_issuers(service, &[issuer.id]).await?;
        let mut published = Vec::with_capacity(rows.len());
        for row in &rows {
            let revoked = match row.compromised_at {
                Some(since) => self.revoked(service, issuer, row, since).await?,
                None => None,
            };
            published.push(keys::published(issuer, row, revoked)?);
        }
        keys::written(issuer, &published)
    }

    /// From when on a compromised key counts for nothing in this document.
    async fn revoked(
        &self,
        service: &Service,
        issuer: &issuer::Model,
        key: &signing_key::Model,
        since: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let (id, public) = (keys::method(issuer, key.id), keys::public(key)?);
        let by_key = self.signatures.iter().filter(|signature| match &signature.method {
            Method::Id(named) => *named == id,
            Method::Key(named) => **named == public,
            Method::Any => true,
        });
        // What is not among the signatures found here is judged as everybody judges it.
        let mut revoked = Some(since);
        for (index, signature) in by_key.enumerate() {
            let recorded = match index < MOST {
                true => recorded(service, key, signature, &self.digest).await?,
                false => None,
            };
            match recorded {
                Some(at) if at < since => revoked = None,
                Some(_) => return Ok(Some(since)),
                None => return Ok(Some(DateTime::UNIX_EPOCH)),
            }
        }
        Ok(revoked)
    }
}

/// When this server signed just that with the key, as far as it knows.
async fn recorded(
    service: &Service,
    key: &signing_key::Model,
    signature: &Signature,
    digest: &str,
) -> Result<Option<DateTime<Utc>>> {
    let reader = service.db.reader();
    let given = audit_entry::Entity::find()
        .filter(audit_entry::Column::IssuerId.eq(key.issuer_id))
        .filter(audit_entry::Column::SubjectId.eq(key.id))
        .filter(audit_entry::Column::Action.is_in([vc_api::SIGNED, learner_record::SIGNED]))
        // The digest is hexadecimal, whatever the document.
        .filter(Expr::cust(format!("detail ->> 'sha256' = '{digest}'")))
        .order_by_asc(audit_entry::Column::Id)
        .one(reader)
        .await?;
    if let Some(entry) = given {
        return Ok(Some(entry.occurred_at));
    }
    let Some(id) = signature.document else { return Ok(None) };
    let issued = credential::Entity::find_by_id(id)
        .filter(credential::Column::SigningKeyId.eq(key.id))
        .one(reader)
        .await?
        .and_then(|row| Some((row.document?, row.issued_at)));
    let exported = credential_export::Entity::find()
        .filter(credential_export::Column::CredentialId.eq(id))
        .filter(credential_export::Column::SigningKeyId.eq(key.id))
        .all(reader)
        .await?
        .into_iter()
        .map(|row| (row.document, row.created_at));
    let endorsed = endorsement::Entity::find_by_id(id)
        .filter(endorsement::Column::SigningKeyId.eq(key.id))
        .one(reader)
        .await?
        .map(|row| (row.document, row.issued_at));
    let mut records = issued.into_iter().chain(exported).chain(endorsed);
    Ok(records.find(|(document, _)| document.contains(&signature.text)).map(|(_, at)| at))
}

fn method_of(token: &Token) -> Method {
    match (&token.key, &token.key_id) {
        (Some(key), _) => Method::Key(Box::new(key.clone())),
        (None, Some(id)) if id.contains('#') && !id.starts_with('#') => Method::Id(id.clone()),
        (None, _) => Method::Any,
    }
}

fn id_of(document: &Value) -> Option<Uuid> {
    document.get("id")?.as_str()?.strip_prefix("urn:uuid:")?.parse().ok()
}

fn listed(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
