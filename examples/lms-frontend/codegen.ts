// Types for every document of src, out of the API's schema. Fragments are masked: a part sees the fields that it asked for.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['src/**/*.ts', '!src/gql/**'],
  emitLegacyCommonJSImports: false,
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'read' } },
      config: {
        // A document is the text that is sent; nothing parses it in the browser.
        documentMode: 'string',
        onlyOperationTypes: true,
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', JSON: 'unknown', TimeZone: 'string', URL: 'string' },
      },
    },
  },
};

export default config;
