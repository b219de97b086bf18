//! A request body or query against a discovery document: nothing unknown, every type right.

use serde_json::Value;

pub struct Discovery(Value);

impl Discovery {
    pub fn docs() -> Self {
        Self(serde_json::from_str(include_str!("discovery/docs.v1.json")).unwrap())
    }

    pub fn drive() -> Self {
        Self(serde_json::from_str(include_str!("discovery/drive.v3.json")).unwrap())
    }

    pub fn body(&self, schema: &str, value: &Value) -> Result<(), String> {
        self.check(&serde_json::json!({ "$ref": schema }), value, schema)
    }

    pub fn query(&self, method: &str, query: &[(String, String)]) -> Result<(), String> {
        for (key, value) in query {
            let own = &self.0["methods"][method]["parameters"][key];
            let parameter = if own.is_null() { &self.0["parameters"][key] } else { own };
            let known = match parameter["type"].as_str() {
                None => return Err(format!("Unknown name \"{key}\": Cannot bind query parameter.")),
                Some("boolean") => value == "true" || value == "false",
                Some("integer") => value.parse::<i64>().is_ok(),
                _ => true,
            };
            let allowed =
                parameter["enum"].as_array().is_none_or(|words| words.contains(&value.as_str().into()));
            if !known || !allowed {
                return Err(format!("Invalid value for {key}: {value}"));
            }
        }
        Ok(())
    }

    /// The names that a field mask may hold.
    pub fn has(&self, schema: &str, field: &str) -> bool {
        !self.0["schemas"][schema]["properties"][field].is_null()
    }

    fn check(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        if let Some(name) = schema["$ref"].as_str() {
            let named = &self.0["schemas"][name];
            assert!(named.is_object(), "the fixture lacks {name}");
            return self.check(named, value, path);
        }
        let wrong = || Err(format!("Invalid value at '{path}': {value}"));
        match schema["type"].as_str().unwrap_or_default() {
            "object" => {
                let Some(map) = value.as_object() else { return wrong() };
                for (key, value) in map {
                    let property = &schema["properties"][key];
                    let property =
                        if property.is_null() { &schema["additionalProperties"] } else { property };
                    if property.is_null() {
                        return Err(format!("Unknown name \"{key}\" at '{path}': Cannot find field."));
                    }
                    self.check(property, value, &format!("{path}.{key}"))?;
                }
                Ok(())
            }
            "array" => {
                let Some(items) = value.as_array() else { return wrong() };
                let each = items.iter().enumerate();
                each.into_iter()
                    .try_for_each(|(at, item)| self.check(&schema["items"], item, &format!("{path}[{at}]")))
            }
            "string" => match value.as_str() {
                Some(word) if schema["enum"].as_array().is_none_or(|words| words.contains(&word.into())) => {
                    Ok(())
                }
                _ => wrong(),
            },
            "integer" if value.is_i64() || value.is_u64() => Ok(()),
            "number" if value.is_number() => Ok(()),
            "boolean" if value.is_boolean() => Ok(()),
            _ => wrong(),
        }
    }
}
