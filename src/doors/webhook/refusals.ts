/** How many deliveries this process has refused, and so not kept: bodies and query strings over the limit. */
export class Refusals {
  count = 0;
}
