/** What is read of YAML, in a file of its own: this one can be loaded in the middle of a function. */
export { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
