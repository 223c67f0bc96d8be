//! The contract of the area `pre_registrations`, through its router and against the local stack.
