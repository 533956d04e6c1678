/** A torn ticket. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="#c2185b" d="M3 8h26v5a3 3 0 0 0 0 6v5H3v-5a3 3 0 0 0 0-6z"/>
<path stroke="#fff" stroke-width="2" stroke-dasharray="2 2" d="M20 9v14"/>
</svg>
`;
