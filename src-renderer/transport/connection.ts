/** How the page stands to the service. `refused`: the address or its cookie is not valid any more. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'
