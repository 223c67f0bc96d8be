//! The contract of the area `admin`, through its router and against the local stack.
