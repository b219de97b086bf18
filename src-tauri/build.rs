//! Reads `tauri.conf.json` from the top of the repository.

fn main() {
    let attributes = tauri_build::Attributes::new().config_path("../tauri.conf.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        // Cargo shows what is printed by a build script that fails.
        println!("cargo::error={error:#}");
    }
}
