/** PostgreSQL's number of the type `bigint`, which is read as a BigInt. */
export const INT8 = 20;
