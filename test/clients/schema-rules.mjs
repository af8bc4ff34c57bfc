import graphqlPlugin from '@graphql-eslint/eslint-plugin';

// All rules of graphql-eslint for schemas, but for these:
const leftOut = [
  'alphabetize', // fields stand in the order in which they are read: what belongs together is together
  'description-style', // one line is written as one line
  'input-name', // arguments are named by what they are; a change of one value needs no object around it
  'no-root-type', // it forbids whatever it is told to
  'no-typename-prefix', // CallSid and CampaignCode are the provider's words, and a group of calls is no part of a call
  'require-field-of-type-query-in-mutation-result', // for caches that read everything anew after each change
  'require-nullable-result-in-root', // who asks is always known, and a mutation's result is there or the mutation failed
  'strict-id-in-types', // edges, pages and figures are no objects of their own
];
export default [
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphqlPlugin.parser,
      parserOptions: { graphQLConfig: { schema: 'generated/rules/schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphqlPlugin },
    rules: {
      ...graphqlPlugin.configs['flat/schema-all'].rules,
      ...Object.fromEntries(leftOut.map((name) => [`@graphql-eslint/${name}`, 'off'])),
    },
  },
];
