//! The contract of the area `mfa`, through its router and against the local stack.
