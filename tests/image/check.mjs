// Holds a file against the schema that is published for its kind.
//
//     node check.mjs compose|kubernetes|sbom FILE
import fs from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import YAML from "yaml";

const read = (name) => JSON.parse(fs.readFileSync(new URL(`node_modules/${name}`, import.meta.url), "utf8"));
const faultsOf = (validate) => (validate.errors ?? []).map((fault) => `${fault.instancePath}: ${fault.message}`);

function composeFaults(text) {
    const { $schema, $id, ...schema } = read("dclint/schemas/compose.schema.json");
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration: true, ports: true, expose: true } });
    const validate = ajv.compile(schema);
    validate(YAML.parse(text, { merge: true }));
    return faultsOf(validate);
}

async function kubernetesFaults(text) {
    const faults = [];
    for (const document of YAML.parseAllDocuments(text).map((each) => each.toJS())) {
        const { apiVersion, kind, metadata } = document;
        try {
            const models = await import(`kubernetes-models/${apiVersion}/${kind}`);
            new models[kind](document).validate();
        } catch (error) {
            faults.push(`${kind} ${metadata?.name}: ${error.message}`);
        }
    }
    return faults;
}

function sbomFaults(text) {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addFormat("idn-email", true);
    ajv.addFormat("iri-reference", true);
    const schemas = "@cyclonedx/cyclonedx-library/res/schema/";
    for (const other of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]) {
        ajv.addSchema(read(schemas + other), `http://cyclonedx.org/schema/${other}`);
    }
    const validate = ajv.compile(read(schemas + "bom-1.5.SNAPSHOT.schema.json"));
    validate(JSON.parse(text));
    return faultsOf(validate);
}

const [kind, path] = process.argv.slice(2);
const check = { compose: composeFaults, kubernetes: kubernetesFaults, sbom: sbomFaults }[kind];
const faults = await check(fs.readFileSync(path, "utf8"));
for (const fault of faults) console.error(`${path}: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);
