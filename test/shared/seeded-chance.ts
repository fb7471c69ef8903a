import fc from 'fast-check';

/*
 * One seed for every property, so that a commit that passed passes again. `TENURE_TEST_SEED` tries other values; what it
 * finds becomes an example of its own.
 */
fc.configureGlobal({ seed: Number(process.env['TENURE_TEST_SEED'] ?? 20260314) });
