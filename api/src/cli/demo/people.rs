//! The three issuers of the demo and the credentials with which each kind of client calls.

use std::sync::Arc;

use cairn_service::Service;
use cairn_service::actor::{Actor, Role, Scope};
use cairn_service::auth::{self, MintToken, NewApiKey};
use cairn_service::issuer::{self, Accreditation, Address, Details, NewIssuer, OtherIdentifier};
use cairn_service::rows;
use cairn_service::rows::enums::IssuerKind;
use chrono::TimeDelta;

use crate::cli::Failure;

/// Who learns at the university, as tokens name them.
pub const LEARNER: &str = "nm-1001";
/// Who assesses there.
pub const ASSESSOR: &str = "assessor-1";

/// Who sits the cloud exam at the company.
pub const CANDIDATE: &str = "co-1";

/// Who has finished a career certificate at the learning platform.
pub const GRADUATE: &str = "bp-1";

/// With what each kind of client calls.
pub struct Badges {
    /// JWT of a learner at the university.
    pub learner: String,
    /// JWT of an assessor of its cohort.
    pub assessor: String,
    /// API key of its back office.
    pub provider: String,
    /// API key of its dashboard.
    pub analyst: String,
    /// API key of the operator.
    pub operator: String,
    /// API key of the learning platform's back office.
    pub platform: String,
    /// API key of the company's back office.
    pub company: String,
    /// JWT of a learner at the company.
    pub candidate: String,
    /// JWT of a learner at the learning platform.
    pub graduate: String,
}

/// Makes the issuers and the badges.
pub async fn prepare(service: &Arc<Service>) -> Result<Badges, Failure> {
    let university = issuer::create(service, &Actor::system(), university()).await?;
    let platform = issuer::create(service, &Actor::system(), platform()).await?;
    let company = issuer::create(service, &Actor::system(), company()).await?;
    let everything: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::VcSign).collect();
    let reading =
        vec![Scope::ProgramsRead, Scope::EnrollmentsRead, Scope::CredentialsRead, Scope::AnalyticsRead];
    Ok(Badges {
        learner: token(service, &university, Role::Learner, LEARNER).await?,
        assessor: token(service, &university, Role::Assessor, ASSESSOR).await?,
        provider: key(service, Some(&university), "back office", everything.clone()).await?,
        analyst: key(service, Some(&university), "dashboard", reading).await?,
        operator: key(service, None, "operator", Scope::ALL.to_vec()).await?,
        platform: key(service, Some(&platform), "back office", everything.clone()).await?,
        company: key(service, Some(&company), "back office", everything).await?,
        candidate: token(service, &company, Role::Learner, CANDIDATE).await?,
        graduate: token(service, &platform, Role::Learner, GRADUATE).await?,
    })
}

/// A JWT of the server's own for somebody at an issuer.
pub async fn token(
    service: &Service,
    issuer: &rows::issuer::Model,
    role: Role,
    subject: &str,
) -> Result<String, Failure> {
    let new = MintToken {
        issuer: Some(issuer.id),
        role,
        subject: Some(subject.to_owned()),
        lifetime: TimeDelta::days(7),
    };
    Ok(auth::mint(service, &Actor::system(), new).await?)
}

async fn key(
    service: &Service,
    issuer: Option<&rows::issuer::Model>,
    name: &str,
    scopes: Vec<Scope>,
) -> Result<String, Failure> {
    let new = NewApiKey { issuer: issuer.map(|row| row.id), name: name.to_owned(), scopes, expires_at: None };
    Ok(auth::create_api_key(service, &Actor::system(), new).await?.1.into())
}

fn university() -> NewIssuer {
    NewIssuer {
        slug: "northmoor".to_owned(),
        name: "Northmoor University".to_owned(),
        kind: IssuerKind::University,
        url: Some("https://northmoor.example/".to_owned()),
        email: Some("awards@northmoor.example".to_owned()),
        country: Some("GB".to_owned()),
        description: Some("An open university that teaches where its learners are.".to_owned()),
        time_zone: "Europe/London".to_owned(),
        image_url: None,
        accreditations: vec![Accreditation {
            name: "Degree awarding powers".to_owned(),
            body: "Quality Agency for Higher Education".to_owned(),
            url: Some("https://quality.example/northmoor".to_owned()),
        }],
        details: Details {
            phone: Some("+44 1632 960000".to_owned()),
            official: Some("The Registrar".to_owned()),
            address: Some(Address {
                street: Some("1 Moor Lane".to_owned()),
                locality: Some("Northmoor".to_owned()),
                postal_code: Some("NM1 1AA".to_owned()),
                ..Address::default()
            }),
            other_identifiers: vec![OtherIdentifier {
                identifier: "northmoor.example".to_owned(),
                kind: "ext:schac".to_owned(),
            }],
        },
    }
}

fn platform() -> NewIssuer {
    NewIssuer {
        slug: "brightpath".to_owned(),
        name: "Brightpath".to_owned(),
        kind: IssuerKind::LearningPlatform,
        url: Some("https://brightpath.example/".to_owned()),
        email: Some("certificates@brightpath.example".to_owned()),
        country: Some("US".to_owned()),
        description: Some("Career certificates for people without a degree.".to_owned()),
        time_zone: "America/New_York".to_owned(),
        image_url: None,
        accreditations: Vec::new(),
        details: Details::default(),
    }
}

fn company() -> NewIssuer {
    NewIssuer {
        slug: "corviant".to_owned(),
        name: "Corviant Systems".to_owned(),
        kind: IssuerKind::Company,
        url: Some("https://corviant.example/".to_owned()),
        email: Some("certification@corviant.example".to_owned()),
        country: Some("US".to_owned()),
        description: Some("Runs clouds and warehouses, and certifies who can.".to_owned()),
        time_zone: "America/Chicago".to_owned(),
        image_url: None,
        accreditations: Vec::new(),
        details: Details::default(),
    }
}
