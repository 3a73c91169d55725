//! The services: their addresses, and the decisions about them that all nodes of a router share.

use serde::Serialize;

use super::reasons::{ReasonIndex, Reasons};
use crate::commands::exclusions::{Exclusion, View, of_service_alone};
use crate::commands::page::{runs, shown, to_i64};
use crate::model::learned::RoutersByName;
use crate::model::{Address, AddressKind, Learned, ServiceIndex};

/// The reason of an address that can be a route.
pub(super) const ROUTABLE: i64 = -1;

/// A service: its name, its addresses, the reasons that exclude it on every router, the routers
/// that it applies to, and 1 if it is not for the tenant.
#[derive(Debug, Serialize)]
pub(super) struct ServiceData(String, Vec<AddressData>, usize, Option<AppliesData>, u8);

/// An address as written, and the reason that excludes it on every node, or [`ROUTABLE`]. A host
/// name is routable where a router maps it.
#[derive(Debug, Serialize)]
struct AddressData(String, i64);

/// The reason for the other routers, and the routers: gaps and lengths of the runs of indices.
#[derive(Debug, Serialize)]
struct AppliesData(ReasonIndex, Vec<usize>);

/// Returns true if no access policy of the service concerns the tenant. Such a service has no
/// routes anywhere.
pub(super) fn is_foreign(learned: &Learned<'_>, index: ServiceIndex) -> bool {
    of_service_alone(learned, index).iter().any(|exclusion| exclusion.is_foreign())
}

/// Returns all services in the order of the authority.
pub(super) fn services(learned: &Learned<'_>, routers: &RoutersByName<'_>, reasons: &mut Reasons) -> Vec<ServiceData> {
    // The reasons depend on no router.
    let view = View::new(learned, None, "", None);
    (0..learned.services().len()).map(|index| service(learned, index, &view, routers, reasons)).collect()
}

fn service(
    learned: &Learned<'_>,
    index: ServiceIndex,
    view: &View<'_>,
    routers: &RoutersByName<'_>,
    reasons: &mut Reasons,
) -> ServiceData {
    let service = learned.service(index);
    let reference = view.service_at(index);
    let mut exclusions = of_service_alone(learned, index);
    if service.addresses.is_empty() {
        exclusions.push(Exclusion::NoAddress);
    }
    let is_foreign = exclusions.iter().any(|exclusion| exclusion.is_foreign());
    let mut address = |address: &Address| {
        let exclusion = match address.kind() {
            AddressKind::HostName(_) => None,
            _ => view.of_destination(address).first().copied(),
        };
        let reason = exclusion.map(|exclusion| reasons.add(exclusion, view, Some(&reference)));
        AddressData(shown(&address.to_string()), reason.map_or(ROUTABLE, to_i64))
    };
    let addresses = service.addresses.iter().map(|written| address(&written.value)).collect();
    let applies = learned.decision(index).applies_to.filter(|_| !is_foreign);
    let applies = applies.map(|by| {
        let reason = reasons.add(Exclusion::AppliesElsewhere(by), view, Some(&reference));
        AppliesData(reason, runs(&learned.matched_by(by, routers)))
    });
    let all = reasons.add_all(&exclusions, view, Some(&reference));
    ServiceData(shown(&service.name.value), addresses, all, applies, u8::from(is_foreign))
}
