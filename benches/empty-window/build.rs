//! Reads `tauri.conf.json` beside it.

fn main() {
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new()) {
        // Cargo shows what is printed by a build script that fails.
        println!("cargo::error={error:#}");
    }
}
