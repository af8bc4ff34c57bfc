/** How many deliveries this process has refused, and so not kept: bodies over the limit, and types that nobody can read. */
export class Refusals {
  count = 0;
}
