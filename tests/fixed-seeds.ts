/** Property tests draw the same cases in every run; MEANFIELD_TEST_SEED=n draws others. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["MEANFIELD_TEST_SEED"] ?? 2026) });
