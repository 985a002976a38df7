import { z } from 'zod'

// zod compiles its parsers with `new Function`, which the page's Content-Security-Policy forbids and reports; a schema asks for it when it is made
z.config({ jitless: true })

export { z }
