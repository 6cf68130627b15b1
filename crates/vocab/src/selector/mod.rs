//! Which value do two reports share? One canonical key per selector serves matching, blocking and counting.
