// graphql-eslint's recommended and Relay rules for schemas, over schema.graphql; none is switched off or suppressed in the schema.
import plugin from '@graphql-eslint/eslint-plugin';
import { readSchema, SCHEMA_FILE, valueTypes } from '../lib/schema.mjs';

export default [
  {
    files: ['**/*.graphql'],
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: SCHEMA_FILE } } },
    plugins: { '@graphql-eslint': plugin },
    rules: {
      ...plugin.configs['flat/schema-recommended'].rules,
      ...plugin.configs['flat/schema-relay'].rules,
      // Beyond the recommended: fields and enum values say what they are; arguments and members of inputs do in lint.test.mjs,
      // since this rule would judge the arguments of GraphQL's own directives as well.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      // Connections offer `nodes` beside `edges`, and lists of values exist; an edge has no id to be fetched by.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // Every node has its id; what is no node is a value and has none.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { types: valueTypes(readSchema()).map((type) => type.name) } },
      ],
    },
  },
];
