"""Legal scripts as data, one TOML file each; `shared.preset` reads them. Every value names its source."""
