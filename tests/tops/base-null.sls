base: null
