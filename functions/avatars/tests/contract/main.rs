//! The contract of the area `avatars`, through its router and against the local stack.
