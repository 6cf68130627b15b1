//! The import worker as a real child process: workbooks are read, bombs are refused, a crash is a message.
fn main() {}
