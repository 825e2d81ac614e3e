//! Where public pages and documents are registered: one line for each resource.

use std::sync::Arc;

use actix_web::web;
use cairn_service::Service;

use super::origins::Origins;
use super::{
    achievement, asked, credential, export, import, issuer, notice, page, passport, status, vc_api, verify,
    well_known,
};

/// Registers every resource besides GraphQL, health and metrics. Handlers find the service as `web::Data<Service>`.
/// `issuing`: whether the half of the VC API that signs is among them; `origins`: whose pages may upload.
pub fn register(config: &mut web::ServiceConfig, service: &Arc<Service>, issuing: bool, origins: &Origins) {
    config.app_data(web::Data::from(service.clone())).app_data(asked::config()).configure(well_known::routes);
    config
        .configure(page::routes)
        .configure(credential::routes)
        .configure(passport::routes)
        .configure(issuer::routes)
        .configure(notice::routes)
        .configure(achievement::routes)
        .configure(status::routes)
        .configure(verify::routes)
        .configure(export::routes)
        .configure(|config| import::routes(config, origins))
        .configure(|config| vc_api::routes(config, issuing));
}
