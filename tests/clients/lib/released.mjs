// What has changed in the schema since the last release, and whether a client of that release still works.
import { findBreakingChanges, findDangerousChanges } from 'graphql';

/**
 * Compares two schemas. `breaking` are changes after which an operation that was valid no longer is, or gets an answer
 * of another shape; `dangerous` those that a careful client is prepared for: a new enum value, a new optional argument.
 */
export function changesBetween(released, current) {
  const told = ({ type, description }) => `${type}: ${description}`;
  return {
    breaking: findBreakingChanges(released, current).map(told).sort(),
    dangerous: findDangerousChanges(released, current).map(told).sort(),
  };
}
