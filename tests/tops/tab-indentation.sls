base:
	'*':
		- users
