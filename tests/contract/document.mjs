// The API's description, ready to hold requests and replies against it.
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The description's paths as operations: {id, method, path, segments, operation}. */
export function operationsOf(document) {
    return Object.entries(document.paths).flatMap(([path, item]) =>
        METHODS.filter((method) => item[method]).map((method) => ({
            id: item[method].operationId,
            method,
            path,
            segments: path.split("/").slice(1),
            operation: item[method],
        })),
    );
}

/** Replies whose shape follows from parameters: without `fields` a record is whole, without `expand` a reference is an id. */
function narrowed(document, { whole, plain }) {
    const copy = structuredClone(document);
    const schemas = copy.components.schemas;
    for (const name of Object.keys(schemas)) {
        const base = name.replace(/(Part|Shown)$/, "");
        if (whole && name.endsWith("Part")) schemas[name] = { $ref: `#/components/schemas/${base}` };
        if (plain && name.endsWith("Shown")) schemas[name] = { $ref: "#/components/schemas/Id" };
    }
    return copy;
}

export class Schemas {
    constructor(document) {
        this.document = document;
        this.validators = new Map();
        this.ajv = new Ajv2020({ strict: false, allErrors: false, validateSchema: false, validateFormats: true });
        addFormats(this.ajv);
        for (const whole of [true, false]) {
            for (const plain of [true, false]) {
                this.ajv.addSchema(narrowed(document, { whole, plain }), `api-${whole}-${plain}`);
            }
        }
    }

    /** What is wrong with `value` by the schema at these keys of the document; "" for nothing. */
    faults(keys, value, { whole = true, plain = true } = {}) {
        const pointer = keys.map((key) => "/" + encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1")));
        const address = `api-${whole}-${plain}#${pointer.join("")}`;
        let validate = this.validators.get(address);
        if (!validate) {
            validate = this.ajv.compile({ $ref: address });
            this.validators.set(address, validate);
        }
        return validate(value) ? "" : this.ajv.errorsText(validate.errors, { dataVar: "" });
    }
}

/** The path of a request's target, decoded, or null where it cannot be. */
export function segmentsOf(target) {
    const path = target.replace(/^https?:\/\/[^/?]*/i, "").split("?")[0] || "/";
    try {
        return path.split("/").slice(1).map(decodeURIComponent);
    } catch {
        return null;
    }
}

export function queryOf(target) {
    const at = target.indexOf("?");
    return new URLSearchParams(at < 0 ? "" : target.slice(at + 1));
}

/** The operations whose path matches, those of literal segments before those of variables. */
export function matching(operations, segments) {
    const fits = operations.filter(
        (each) =>
            segments !== null &&
            each.segments.length === segments.length &&
            each.segments.every((segment, i) => (segment.startsWith("{") ? segments[i] !== "" : segment === segments[i])),
    );
    const best = fits.map((each) => each.path).sort((a, b) => literal(b) - literal(a))[0];
    return fits.filter((each) => each.path === best);
}

function literal(path) {
    return path.split("/").filter((segment) => !segment.startsWith("{")).length;
}
