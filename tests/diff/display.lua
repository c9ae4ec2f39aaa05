-- The numbers of the frames that match, of every filter in the file RINGTAP_FILTERS, a line each; or
-- "error" where tshark refuses the filter. One run reads the packets once for all of them.
local found = {}
for text in io.lines(os.getenv("RINGTAP_FILTERS")) do
	local numbers = {}
	local good, listener = pcall(Listener.new, "frame", text)
	if good then
		function listener.packet(pinfo)
			numbers[#numbers + 1] = pinfo.number
		end
	else
		numbers[1] = "error"
	end
	found[#found + 1] = numbers
end

local last = Listener.new("frame")
function last.draw()
	for _, numbers in ipairs(found) do
		print(table.concat(numbers, " "))
	end
	print("all " .. #found)
end
