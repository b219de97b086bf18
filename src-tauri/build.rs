//! Reads `tauri.conf.json` from the top of the repository.

fn main() {
    // The page is inside the program, and nothing else says to Cargo that a new one was built.
    println!("cargo::rerun-if-changed=../ui/dist");
    let attributes = tauri_build::Attributes::new().config_path("../tauri.conf.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        // Cargo shows what is printed by a build script that fails.
        println!("cargo::error={error:#}");
    }
}
